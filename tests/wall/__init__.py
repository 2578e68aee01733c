"""The wall between people and visitors, attacked: by what is stored, by time, by what is not allowed to differ."""
