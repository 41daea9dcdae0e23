from django.http import HttpRequest, HttpResponse

from linli.core.access import open_to_all


@open_to_all("the front door")
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("邻里")
