// The clock of the wall, in the zone of the fair.

export default function wallClock(element) {
  const format = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: element.dataset.zone });
  const tell = () => {
    const now = new Date();
    element.textContent = format.format(now);
    element.dateTime = now.toISOString();
  };
  tell();
  setInterval(tell, 1000);
}
