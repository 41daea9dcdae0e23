from django.urls import path

from linli.core.design import pages

app_name = "design"
urlpatterns = [
    path("design/components/", pages.components, name="components"),
    path("design/components/workbench/", pages.workbench_components, name="workbench_components"),
]
