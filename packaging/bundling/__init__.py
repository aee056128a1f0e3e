"""What a frozen cinema is made of: tools of the build, no part of the program."""
