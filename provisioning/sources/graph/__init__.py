"""Microsoft Graph as a directory source: people, groups, memberships, managers and assignments."""
