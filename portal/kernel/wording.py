"""How words are set into sentences."""


def quoted(words: object) -> str:
    """“…” around words, their own quotation marks one level further in: “‘读书之星’评选”."""
    return f"“{str(words).replace('“', '‘').replace('”', '’')}”"


def masked(name: str) -> str:
    """张小禾 → 张*: what may be shown of a person's name to everybody."""
    return f"{name[:1]}*" if name else ""
