// Reads QR codes from the camera and hands them to the desk. The reader is fetched when somebody asks for it.

import { announce } from "./announce.js";

const reader = "../vendor/zxing-wasm-3.1.6/es/reader/index.js";
const wasm = "../vendor/zxing-wasm-3.1.6/reader/zxing_reader.wasm";
const pause = 2500; // ms before the same code counts again
const every = 150; // ms between two looks

export default function camera(button) {
  const video = document.getElementById(button.dataset.video);
  const canvas = document.createElement("canvas");
  let stream = null;
  let last = { code: "", at: 0 };
  if (!navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;

  async function start() {
    const { readBarcodes, prepareZXingModule } = await import(reader);
    prepareZXingModule({ overrides: { locateFile: () => new URL(wasm, import.meta.url).href } });
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    button.setAttribute("aria-pressed", "true");
    look(readBarcodes);
  }

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
    button.setAttribute("aria-pressed", "false");
  }

  async function look(readBarcodes) {
    while (stream) {
      if (video.videoWidth) {
        canvas.width = video.videoWidth;
        canvas.height = video.videoHeight;
        const drawing = canvas.getContext("2d", { willReadFrequently: true });
        drawing.drawImage(video, 0, 0);
        const image = drawing.getImageData(0, 0, canvas.width, canvas.height);
        const [found] = await readBarcodes(image, { formats: ["QRCode"], maxNumberOfSymbols: 1 });
        if (found?.text) seen(found.text);
      }
      await new Promise((done) => setTimeout(done, every));
    }
  }

  function seen(code) {
    const now = Date.now();
    if (code === last.code && now - last.at < pause) return;
    last = { code, at: now };
    document.dispatchEvent(new CustomEvent("desk:scan", { detail: code }));
  }

  button.addEventListener("click", () => {
    if (stream) return stop();
    start().catch(() => {
      stop();
      announce(button.dataset.textNone);
      document.getElementById(button.dataset.none).hidden = false;
    });
  });
}
