"""What if a process is killed, a server is gone, or a rule is broken?"""
