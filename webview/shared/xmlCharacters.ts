/** A picture's text as XML may hold it: other characters would make the file unreadable, and the canvas refuse it. No DOM. */
import { controlPictures } from '../../src/shared/controlPictures';

/** What is no Char of XML 1.0 (https://www.w3.org/TR/xml/#charsets) besides controls: half characters, U+FFFE and U+FFFF. */
const NO_CHAR = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g;

/** Of XML as a browser writes it: controls become pictures, the rest U+FFFD. */
export const xmlCharacters = (xml: string): string => controlPictures(xml).replace(NO_CHAR, '\ufffd');
