"""Composition only: the one place where ports meet adapters.

The ASGI application, settings, keys, workers, the demonstration person, the audit over all
contexts, and the built web app. No rule of any business lives here.
"""
