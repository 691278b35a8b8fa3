"""What may leave: statements with contributions and a custodian's profile in, statements with hidden values out."""
