"""What people open: the page and the exports, all read from the published warehouse."""
