"""Where the lake's files stand: a folder of this machine, or an object store with copies of what is read here."""
