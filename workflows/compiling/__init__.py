"""How does a read process become the engine's definition? One module per part of the language."""
