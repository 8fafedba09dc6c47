/**
 * What phones look like, drawn once for each look and then copied: to trace a disc for each of thousands of phones takes several
 * times as long.
 */
import type { MapInk } from "./read-ink.ts";

/** From the lowest to the highest. */
export const layers = ["idle", "connected", "preparing", "executing", "failed"] as const;
export type PhoneLayer = (typeof layers)[number];

export interface PhoneSprite {
  readonly image: CanvasImageSource;
  /** Width and height on the map. */
  readonly sizePx: number;
}

/** Sprites of looks that were drawn before; of a map there are few, and few maps are seen. */
const MOST_SPRITES = 2048;
const drawn = new Map<string, PhoneSprite>();

/** Returns what gives the sprite of a layer and of the serving cell's colour; `scale`: canvas pixels for each pixel of the map. */
export function phoneSprites(
  phonePx: number,
  scale: number,
  ink: MapInk,
): (layer: PhoneLayer, colour: string | undefined) => PhoneSprite {
  const map = [phonePx, scale, ink.ink, ink.soft, ink.surface, ink.danger].join();
  return (layer, colour) => {
    const look = `${layer} ${colour} ${map}`;
    let sprite = drawn.get(look);
    if (sprite === undefined) {
      if (drawn.size >= MOST_SPRITES) drawn.clear();
      sprite = drawSprite(layer, colour, phonePx, scale, ink);
      drawn.set(look, sprite);
    }
    return sprite;
  };
}

function drawSprite(
  layer: PhoneLayer,
  colour: string | undefined,
  phonePx: number,
  scale: number,
  ink: MapInk,
): PhoneSprite {
  const moving = layer === "preparing" || layer === "executing";
  const radiusPx = moving ? phonePx + 1 : phonePx;
  // Room for the line around it, which is drawn half outside.
  const sizePx = 2 * (radiusPx + 2);
  const image = document.createElement("canvas");
  image.width = Math.ceil(sizePx * scale);
  image.height = image.width;
  const context = image.getContext("2d") as CanvasRenderingContext2D;
  context.scale(image.width / sizePx, image.height / sizePx);
  context.translate(sizePx / 2, sizePx / 2);
  context.beginPath();
  if (layer === "failed") {
    context.moveTo(-radiusPx, -radiusPx);
    context.lineTo(radiusPx, radiusPx);
    context.moveTo(radiusPx, -radiusPx);
    context.lineTo(-radiusPx, radiusPx);
    context.strokeStyle = ink.danger;
    context.lineWidth = 2.5;
    context.stroke();
    return { image, sizePx };
  }
  context.arc(0, 0, radiusPx, 0, 2 * Math.PI);
  context.fillStyle = layer === "executing" || colour === undefined ? ink.surface : `oklch(${colour})`;
  context.fill();
  context.strokeStyle = moving ? ink.ink : layer === "idle" ? ink.soft : ink.surface;
  context.lineWidth = moving ? 2 : 1.25;
  context.stroke();
  return { image, sizePx };
}
