"""Start the web process: `python run.py`. `flask --app run …` finds the app here."""

from fairapp import create_app

app = create_app()
