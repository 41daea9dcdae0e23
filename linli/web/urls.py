from django.urls import path

from linli.ground.accounts import pages as accounts
from linli.web.pages import home

app_name = "web"
urlpatterns = [path("", home.home, name="home"), path("sign-in/", accounts.sign_in, name="sign_in")]
