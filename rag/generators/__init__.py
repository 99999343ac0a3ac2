"""Ways to put an answer into words. Every one yields statements with the quotes they rest on."""
