"""What stands before every page: whose word counts on where a request came from, how much it may bring, what browsers
are told. Law: it knows no app and no page; what differs by page is data in the settings or said by the page itself.
"""
