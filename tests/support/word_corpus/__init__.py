"""Generated Word files: every feature that an import must keep or tell, as four programs write it, in two languages."""
