from django.urls import path

from linli.web.pages import home

app_name = "web"
urlpatterns = [path("", home.home, name="home"), path("sign-in/", home.home, name="sign_in")]
