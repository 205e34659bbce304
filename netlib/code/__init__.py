"""A network as the text that a student would type: five spellings, a script, a notebook. Text only, no torch."""
