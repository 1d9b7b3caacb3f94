// Where a pixel lies in the folded map: channel (colour, row in its square, column in its square).

struct PixelParams {
  count: u32,     // numbers of all images
  square: u32,    // pixels per side of a square
  side: u32,      // positions per side of the folded map
}

fn pixel_place(pixel: u32) -> u32 {
  let width = params.square * params.side;
  let x = pixel % width;
  let y = (pixel / width) % width;
  let colour = (pixel / (width * width)) % 3u;
  let image = pixel / (3u * width * width);
  let position = (image * params.side + y / params.square) * params.side + x / params.square;
  return position * 3u * params.square * params.square + (colour * params.square + y % params.square) * params.square + x % params.square;
}
