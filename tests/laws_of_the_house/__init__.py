"""What must hold of the source and the documents, whatever the product does."""
