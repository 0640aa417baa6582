from django.apps import AppConfig


class ReadingProgramConfig(AppConfig):
    name = "reading_program"
    verbose_name = "读书活动"
