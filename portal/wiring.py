"""Acts that touch many rooms, each an ordered list of the steps the rooms offer. Nothing else calls downwards."""

# A person is merged into another: `step(source=…, target=…, by=…)`.
MERGE: list = []
