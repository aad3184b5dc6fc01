"""The TikTok Fashion Workbench: collect TikTok posts, score their relevance, say why."""
