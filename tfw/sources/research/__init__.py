"""TikTok's Research API: queries, what they cost, and the collection of posts and comments."""
