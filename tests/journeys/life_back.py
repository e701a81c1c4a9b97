"""Run the job that leads everybody back who left a fair without a job, as the scheduler does every ten minutes."""

from fairapp import clock, create_app
from fairapp.programmes import jobs

if __name__ == "__main__":
    app = create_app()
    with app.app_context():
        jobs.lead_back(clock.now())
