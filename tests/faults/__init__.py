"""What goes wrong in a house: processes die, disks fill and fail, clients send nonsense."""
