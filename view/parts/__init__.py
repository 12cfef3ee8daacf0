"""Parts that pages share: blocks, tables, charts, downloads."""
