"""Pictures of the demo, drawn here: flat scenes in the portal's own colours, no lettering, no photograph of anybody."""
