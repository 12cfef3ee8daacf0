"""Server, sign-in, session, navigation, filters and links of all pages."""
