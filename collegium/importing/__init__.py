"""How do organisations and people get in? From a workbook: all that is wrong is named in one run, or all goes in."""
