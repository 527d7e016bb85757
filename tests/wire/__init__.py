"""Does mail survive real servers? Two of Debian's postfix on loopback, and Debian's dovecot to read it back."""
