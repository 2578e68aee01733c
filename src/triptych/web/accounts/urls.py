"""Addresses of login, logout, password and preferences."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from triptych.web.accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", views.PasswordView.as_view(), name="password"),
    path("preferences/", views.preferences, name="preferences"),
    path("preference/", views.preference, name="preference"),
    path("language/", views.language, name="language"),
]
