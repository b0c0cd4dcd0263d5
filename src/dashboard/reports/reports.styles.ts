// Tiles and charts.
import { css } from 'lit';

export default css`
  .tiles {
    display: grid;
  }
`;
