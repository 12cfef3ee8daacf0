"""Words, number formats and colours shared by pages and documents; no Streamlit."""
