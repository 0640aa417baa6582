"""The office's own roster, from file to records: composed here because it needs two apps."""
