"""E-mail: takes mails in by LMTP or from an IMAP mailbox, and sends what is written to customers by SMTP.

It keeps nothing but how far it has read a mailbox: a mail's Message-ID makes it one message however often it comes, and
what a thread is called is computed, not remembered.
"""
