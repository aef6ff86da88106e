"""What a form can be made into."""
