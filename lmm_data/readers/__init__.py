"""Files of every format that people have, told by what is in them."""
