// Melodies that the weaver has drawn as piano rolls are played, by oscillators of the browser itself. One
// melody sounds on a page at a time. Without this script, or in a browser without sound, the piano rolls
// remain.
"use strict";

if (window.AudioContext) {
  let context = null;  // from the first press on: before it, browsers allow no sound
  let playing = null;  // {figure, queue, step, began, second, out, timer}: what sounds now, from a step on,
                       // which began at a time, and how many seconds a step has

  // A note: struck, fading, let go.
  const sound = (pitch, start, seconds, out) => {
    const tone = new OscillatorNode(context, {type: "triangle", frequency: 440 * 2 ** ((pitch - 69) / 12)});
    const loudness = new GainNode(context, {gain: 0});
    const end = start + Math.max(seconds - 0.03, 0.04);
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.3, start + 0.01);
    loudness.gain.setTargetAtTime(0.15, start + 0.01, 0.3);
    loudness.gain.setTargetAtTime(0, end, 0.015);
    tone.connect(loudness).connect(out);
    tone.start(start);
    tone.stop(end + 0.1);
  };

  // How far it has got, in steps.
  const position = () => playing.step + Math.max(context.currentTime - playing.began, 0) / playing.second;

  const stop = () => {
    if (!playing) return;
    const {figure, queue: [index], out, timer} = playing;
    clearTimeout(timer);
    out.gain.setTargetAtTime(0, context.currentTime, 0.01);
    setTimeout(() => out.disconnect(), 100);
    playing = null;
    show(figure, index, false);
  };

  const show = ({player}, index, sounds) => {
    const {row, button, name} = player.rows[index];
    row.classList.toggle("sounding", sounds);
    button.setAttribute("aria-label", `${sounds ? "Stop" : "Play"} ${name}`);
    player.stop.disabled = !sounds;
    player.status.textContent = sounds ? `Playing ${name}` : "";
  };

  // The melodies with these numbers, one after the other, the first of them from a step on.
  const play = (figure, queue, step = 0) => {
    stop();
    if (!queue.length) return;
    context ??= new AudioContext();
    context.resume();
    const {melodies, tempo, pause} = figure.player, {notes, steps} = melodies[queue[0]];
    const out = new GainNode(context), began = context.currentTime + 0.05;
    const second = 60 / (tempo.value * pause);  // the pause after a melody is a quarter note
    out.connect(context.destination);
    for (const [start, length, pitch] of notes)
      if (start >= step) sound(pitch, began + (start - step) * second, length * second, out);
    const timer = setTimeout(() => play(figure, queue.slice(1)),
                             1000 * (began - context.currentTime + (steps + pause - step) * second));
    playing = {figure, queue, step, began, second, out, timer};
    show(figure, queue[0], true);
    move(playing);
  };

  // The cursor over the piano roll, as long as this sounds; ten units of the drawing are a step.
  const move = (mine) => {
    if (playing !== mine) return;
    const {figure: {player}, queue: [index]} = mine;
    const at = Math.min(position(), player.melodies[index].steps);
    player.rows[index].cursor.setAttribute("transform", `translate(${10 * at})`);
    requestAnimationFrame(() => move(mine));
  };

  const make_button = (text, press) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", press);
    return button;
  };

  const make_tempo = (value, change) => {
    const label = document.createElement("label"), tempo = document.createElement("input");
    const said = document.createElement("output");
    Object.assign(tempo, {type: "range", min: 40, max: 240, step: 10, value});
    tempo.addEventListener("input", change);
    const say = () => { said.textContent = `${tempo.value} beats a minute`; };
    tempo.addEventListener("input", say);
    say();
    label.append("Tempo ", tempo, " ", said);
    return {label, tempo};
  };

  const make_row = (figure, row, i, name) => {
    const button = make_button(name, () => {
      if (playing?.figure === figure && playing.queue[0] === i) stop();
      else play(figure, [i]);
    });
    button.setAttribute("aria-label", `Play ${name}`);
    row.querySelector(".name").replaceChildren(button);
    return {row, button, name, cursor: row.querySelector(".cursor")};
  };

  const make_player = (figure) => {
    const {melodies, steps_per_quarter, quarters_per_minute} = JSON.parse(figure.dataset.melodies);
    const controls = document.createElement("div"), status = document.createElement("span");
    const rows = [...figure.querySelectorAll(".melody")].map((row, i) =>
      make_row(figure, row, i, melodies[i].name));
    const all = make_button("▶ Play all", () => play(figure, melodies.map((_, i) => i)));
    const halt = make_button("■ Stop", stop);
    const {label, tempo} = make_tempo(quarters_per_minute, () => {
      if (playing?.figure === figure) play(figure, playing.queue, position());
    });
    halt.disabled = true;
    status.setAttribute("role", "status");
    controls.className = "controls";
    controls.append(all, halt, label, status);
    figure.querySelector("figcaption").before(controls);
    figure.player = {melodies, rows, tempo, status, stop: halt, pause: steps_per_quarter};
    figure.classList.add("ready");
  };

  document.querySelectorAll("figure.player").forEach(make_player);
}
