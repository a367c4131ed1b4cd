// A <Record>: the microphone, if the person allows it. The program learns when the person speaks and
// when they fall silent; what they say stays in the page.

const loud = 0.02; // amplitude of speech
const hold = 700; // ms of quiet that count as silence

/**
 * Records until stop() is called. onVoice gets true and false as the person speaks and falls silent.
 * stop() resolves to the address of the recording.
 */
export async function record(onVoice) {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true});
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, {fftSize: 1024});
  context.createMediaStreamSource(stream).connect(analyser);
  const recorder = new MediaRecorder(stream);
  const parts = [];
  recorder.ondataavailable = (event) => parts.push(event.data);
  recorder.start();
  const samples = new Float32Array(analyser.fftSize);
  let speaks = false;
  let heard = 0;
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    if (samples.some((sample) => Math.abs(sample) > loud)) heard = performance.now();
    const now = performance.now() - heard < hold && heard > 0;
    if (now !== speaks) onVoice(speaks = now);
  }, 100);
  return {
    stop: () => new Promise((resolve) => {
      clearInterval(timer);
      recorder.onstop = () => {
        for (const track of stream.getTracks()) track.stop();
        void context.close();
        resolve(URL.createObjectURL(new Blob(parts, {type: recorder.mimeType})));
      };
      recorder.stop();
    }),
  };
}
