"""How words are set into sentences."""


def quoted(words: object) -> str:
    """“…” around words, their own quotation marks one level further in: “‘读书之星’评选”."""
    return f"“{str(words).replace('“', '‘').replace('”', '’')}”"
