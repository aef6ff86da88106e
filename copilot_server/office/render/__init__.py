"""Pictures of pages, for every kind of Office file, made by a renderer that treats files as hostile."""

from copilot_server.office.render.pages import Page, Renderer, find_renderer, pages

__all__ = ["Page", "Renderer", "find_renderer", "pages"]
