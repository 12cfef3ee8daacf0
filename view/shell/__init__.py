"""What surrounds every page: server, sign-in, session, navigation, filters, links."""
