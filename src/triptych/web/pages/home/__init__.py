"""My day: what came in, what needs somebody, what is silent and since when; first steps in an empty house."""
