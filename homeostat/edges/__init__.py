"""Parts of the world that Homeostat touches, one file each."""
