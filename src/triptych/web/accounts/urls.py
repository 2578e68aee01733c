"""Addresses of login, logout, password and preferences."""

from django.urls import URLPattern

app_name = "accounts"
urlpatterns: list[URLPattern] = []
