"""The bundled synthetic registry and the program that writes it: nothing in it is a real study, paper or person."""
