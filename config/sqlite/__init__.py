"""Django's SQLite with a queue before the one who writes."""
