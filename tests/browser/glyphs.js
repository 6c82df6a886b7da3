// Which of these characters this machine's fonts draw as the box for an unknown one.
({ characters, font }) => {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 40;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = `24px ${font}`;
  const drawn = (character) => {
    pen.clearRect(0, 0, 40, 40);
    pen.fillText(character, 4, 30);
    return pen.getImageData(0, 0, 40, 40).data.join();
  };
  const unknown = drawn("\u{10FFFD}");
  return [...characters].filter((character) => drawn(character) === unknown);
}
