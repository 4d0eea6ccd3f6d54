// A latent plane to touch: under the pointer, or moved by arrow keys, a code is decoded in the browser
// by the network that the chapter's program has trained, for the class that the reader chooses where the
// network is told one. Without this script the figure is what it is in print, the plane decoded at equal
// steps in probability.
"use strict";

// Files in the safetensors format, in base64, by name. Each is a script that is loaded when its figure
// comes near, for a page that was opened as a file may load nothing else.
const explorer_files = {};

// The arrays and notes of a safetensors file: the length of a JSON header, the header, the numbers.
const read_safetensors = (base64) => {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const begin = 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, begin)));
  const {__metadata__: notes = {}, ...places} = header;
  const arrays = Object.entries(places).map(([name, {shape, data_offsets: [from, to]}]) =>
    [name, {shape, data: new Float32Array(bytes.buffer.slice(begin + from, begin + to))}]);
  return {arrays: Object.fromEntries(arrays), notes};
};

// The decoder whose layers are called `0.weight`, `0.bias`, ...: z, and a 1 among 0s for the class if
// it is told one, to pixels between 0 and 1. Linear layers with a ReLU between two of them and a
// sigmoid at the end.
const decoder_of = (arrays) => {
  const layers = Object.keys(arrays)
    .filter((name) => name.endsWith(".weight"))
    .sort((a, b) => parseInt(a) - parseInt(b))
    .map((name) => ({weight: arrays[name], bias: arrays[name.replace("weight", "bias")].data}));
  const relu = (x) => Math.max(x, 0), sigmoid = (x) => 1 / (1 + Math.exp(-x));
  return (z) => layers.reduce((x, {weight: {shape: [rows, columns], data}, bias}, layer) => {
    const activation = layer + 1 < layers.length ? relu : sigmoid;
    const y = new Float32Array(rows);
    for (let i = 0; i < rows; ++i) {
      let sum = bias[i];
      for (let j = 0; j < columns; ++j) sum += data[i * columns + j] * x[j];
      y[i] = activation(sum);
    }
    return y;
  }, z);
};

// The z below which a standard normal variable lies with probability p, by bisection.
const normal_quantile = (p) => {
  const above = (x) => {  // for x ≥ 0; Abramowitz and Stegun 26.2.17, error below 8e-8
    const t = 1 / (1 + 0.2316419 * x), c = [0.319381530, -0.356563782, 1.781477937, -1.821255978,
                                            1.330274429];
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * c.reduceRight((sum, a) => (sum + a) * t, 0);
  };
  let low = -6, high = 6;
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if ((middle < 0 ? above(-middle) : 1 - above(middle)) < p) low = middle; else high = middle;
  }
  return low;
};

const load_file = (name) => new Promise((done, failed) => {
  const script = document.createElement("script");
  script.src = `${name}.js`;
  script.onload = () => done(read_safetensors(explorer_files[name]));
  script.onerror = failed;
  document.head.append(script);
});

// Pixels of a square picture as an image that a canvas takes: a number for each of them, or three. (A
// square is never three times another one, so their count tells.)
const image_of = (numbers) => {
  const channels = Number.isInteger(Math.sqrt(numbers.length)) ? 1 : 3;
  const side = Math.sqrt(numbers.length / channels), image = new ImageData(side, side);
  for (let i = 0; i < side * side; ++i) {
    const pixel = numbers.slice(channels * i, channels * (i + 1));
    const [red, green, blue] = channels === 3 ? pixel : [...pixel, ...pixel, ...pixel];
    image.data.set([255 * red, 255 * green, 255 * blue, 255], 4 * i);
  }
  return image;
};

const make_chooser = (names, choose) => {
  const label = document.createElement("label"), list = document.createElement("select");
  list.append(...names.map((name, i) => new Option(name, i)));
  list.addEventListener("change", () => choose(Number(list.value)));
  label.append("class ", list);
  return label;
};

const make_explorer = (figure, {arrays, notes}) => {
  const decode = decoder_of(arrays), classes = notes.classes ? notes.classes.split("\n") : [];
  let chosen = 0;
  const with_class = (z) => [...z, ...classes.map((_, i) => i === chosen ? 1 : 0)];
  const picture = figure.querySelector("img");
  const plane = document.createElement("div"), live = document.createElement("div");
  plane.className = "plane";
  plane.innerHTML = '<span class="mark"></span>';
  plane.tabIndex = 0;
  plane.setAttribute("role", "slider");
  plane.setAttribute("aria-label", "A code in the latent plane; the arrow keys move it");
  live.className = "live";
  live.innerHTML = '<canvas width="28" height="28" role="img" aria-label="The decoded image"></canvas>'
    + "<output></output><small>Drag over the plane, or use the arrow keys.</small>";
  if (classes.length) live.prepend(make_chooser(classes, (i) => { chosen = i; paint(); go(...place); }));
  picture.replaceWith(plane, live);
  plane.prepend(picture);
  picture.loading = "eager";
  const mark = plane.querySelector(".mark"), canvas = live.querySelector("canvas");

  // The plane of another class than the first, over the picture of that.
  const paint = () => {
    const old = plane.querySelector("canvas"), painted = document.createElement("canvas");
    if (old) old.remove();
    if (chosen === 0) return;
    const steps = 12, at = (i) => normal_quantile((i + 0.5) / steps);
    for (let i = 0; i < steps * steps; ++i) {
      const [row, column] = [Math.floor(i / steps), i % steps];
      const image = image_of(decode(with_class([at(column), at(steps - 1 - row)])));
      if (i === 0) painted.width = painted.height = steps * image.width;
      painted.getContext("2d").putImageData(image, column * image.width, row * image.height);
    }
    picture.after(painted);
  };

  let place = [0.5, 0.5];  // from the left and from the top, as shares of the plane
  const go = (...to) => {
    place = to.map((share) => Math.min(Math.max(share, 0.001), 0.999));
    const z = [normal_quantile(place[0]), normal_quantile(1 - place[1])];
    const image = image_of(decode(with_class(z)));
    canvas.width = canvas.height = image.width;
    canvas.getContext("2d").putImageData(image, 0, 0);
    mark.style.left = `${100 * place[0]}%`;
    mark.style.top = `${100 * place[1]}%`;
    const text = z.map((each) => (Math.round(100 * each) / 100 + 0).toFixed(2)).join(", ").replaceAll("-", "−");
    live.querySelector("output").textContent = `z = (${text})`;
    plane.setAttribute("aria-valuetext", text);
    plane.setAttribute("aria-valuenow", Math.round(100 * place[0]));
  };

  const follow = (event) => {
    const box = plane.getBoundingClientRect();
    go((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  plane.addEventListener("pointerdown", (event) => {
    plane.setPointerCapture(event.pointerId);
    plane.focus();
    follow(event);
    event.preventDefault();  // the picture is not to be dragged away
  });
  plane.addEventListener("pointermove", (event) => {
    if (plane.hasPointerCapture(event.pointerId)) follow(event);
  });
  plane.addEventListener("keydown", (event) => {
    const [x, y] = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
                    Home: [0, 0]}[event.key] || [];
    if (x === undefined) return;
    const step = event.shiftKey ? 0.05 : 0.01;
    if (event.key === "Home") go(0.5, 0.5);
    else go(place[0] + step * x, place[1] + step * y);
    event.preventDefault();
  });
  go(...place);
  figure.decode = decode;
  figure.classList.add("ready");
};

{
  const near = new IntersectionObserver((entries) => {
    for (const {target, isIntersecting} of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      load_file(target.dataset.decoder).then((file) => make_explorer(target, file));
    }
  }, {rootMargin: "800px"});
  document.querySelectorAll("figure.explorer").forEach((figure) => near.observe(figure));
}
