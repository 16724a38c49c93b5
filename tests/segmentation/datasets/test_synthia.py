"""SYNTHIA as it is unpacked: 16 bits, of which the red channel holds the ids."""



